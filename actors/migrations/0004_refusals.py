from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0003_checking'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address_hash', models.CharField(editable=False, max_length=40, unique=True)),
                ('place', models.CharField(choices=[('page', 'The page that each message names'), ('mail_program', 'The button of a mail program')], max_length=12, verbose_name='asked on')),
                ('asked_at', models.DateTimeField(auto_now_add=True, verbose_name='asked')),
            ],
            options={
                'verbose_name': 'refusal of messages',
                'verbose_name_plural': 'refusals of messages',
            },
        ),
        migrations.CreateModel(
            name='RefusalKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wrapped', models.CharField(editable=False, max_length=300)),
            ],
            options={
                'verbose_name': 'key of the refusals',
                'verbose_name_plural': 'keys of the refusals',
            },
        ),
    ]
